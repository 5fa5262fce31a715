"""Our codes in a few words, as the plan and the report count them. Pure."""

from collections.abc import Mapping

CODE_WORDS: Mapping[str, str] = {
    "invalid_user_id": "the id cannot be a Genesys user id",
    "user_not_found": "not known to Genesys",
    "ambiguous_person": "more than one person fits",
    "identity_mismatch": "the row does not fit the person that Genesys shows",
    "protected": "protected (guards.protected)",
    "not_due": "not due yet",
    "not_a_person": "not a person: a total or a note below the list",
    "invalid_date": "no readable date",
    "duplicate": "the same person as another row",
    "conflicting_rows": "another row for the same person says something else",
    "malformed_row": "the cells do not fit the header",
    "no_identifier": "no identifier",
    "damaged_id": "an identifier was damaged by a spreadsheet",
    "row_changed": "no longer the person it was done for",
    "already_done": "deleted in Genesys already",
    "undone": "put back by an undo",
    "group_membership": "still in a queue through a group",
    "membership_left": "still in a queue after two removals",
    "dynamic_group": "in a group whose members follow a rule",
    "still_there": "what a further step should have ended is still there",
    "divisions_unseen": "the client does not see the queues of all divisions",
    "not_confirmed": "accepted by Genesys, but not confirmed by reading back",
    "interrupted": "the run stopped in the middle of the row",
    "general.conflict": "somebody else was changing the person, or they were in a call or wrap-up",
    "missing.permissions": "the client lacks a permission",
    "not.authorized": "the client may not do this",
    "roles_left": "roles not given back",
    "roles_unread": "roles were not recorded before the run",
    "still_missing": "something is not back yet",
}


def cause(code: str) -> str:
    """What the code says; Genesys' own codes are named as such."""
    return CODE_WORDS.get(code, f"Genesys answered {code}")
