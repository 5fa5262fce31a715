"""What is assumed rather than known of Genesys Cloud, each as a switch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

UnfitMember = Literal["accepted", "ignored", "refused"]


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """Every behaviour that no source documents. A client must be right under all of them."""

    bulk_remove_stranger: UnfitMember = "ignored"
    """[assumed] A bulk removal names somebody who is no member: "ignored" ("accepted" means the
    same), or the whole call is "refused" with 400."""
    bulk_remove_inactive: UnfitMember = "accepted"
    """[assumed] A bulk removal names an inactive member: removed, silently left, or refused."""
    bulk_remove_deleted: UnfitMember = "accepted"
    """[assumed] The same for a deleted member."""
    bulk_add_inactive: UnfitMember = "accepted"
    """[assumed] An inactive user is added to a queue: added, silently not, or refused."""
    bulk_join_stranger: Literal["ignored", 404] = "ignored"
    """A bulk PATCH of members names somebody who is not one: ignored, or the whole call refused."""
    join_inactive: UnfitMember = "accepted"
    """[assumed] An inactive member is joined or unjoined, or gets a ring number: done, silently
    not, or refused."""
    bulk_member_patch_takes_ring_number: bool = False
    """[assumed not] The bulk PATCH of members sets ring numbers too. The SDK says "Join or
    unjoin a set of up to 100 users": without this, a ring number in it does nothing."""
    inactivation_drops_memberships: bool = False
    """[assumed not] Whoever is set inactive or deleted leaves all queues that they are in by user.
    The documentation that says their roles are lost does not mention memberships."""
    inactivation_ends_logins: bool = False
    """[assumed not] Whoever is set inactive or deleted is logged out and off queue. The
    documentation only says that they cannot log in again."""
    single_remove_stranger_status: Literal[204, 404] = 404
    """[assumed] DELETE of somebody who is no member, or a member only through a group."""
    wrap_up_in_bulk: Literal["refused", "ignored"] = "refused"
    """[assumed] A bulk removal names somebody in wrap-up: 409 for the whole call, or they stay."""
    stale_version_status: Literal[409, 400] = 409
    """[assumed which] 409 `general.conflict`, or 400 with "does not match the current version"."""
    state_with_other_fields: Literal["refused", "state_only"] = "refused"
    """[assumed] PATCH with the state and more: 400, or the rest is silently dropped."""
    expands_left_out: tuple[str, ...] = ()
    """Names of `expand` that GET /users leaves out without a word: "resolved with a best effort
    approach and not guaranteed to be returned" (the SDK's page of `get_users`)."""
    hidden_stations: Literal["empty", "left_out"] = "empty"
    """[assumed which] What `expand=station` shows without `telephony:otherStationAssociation:view`:
    no stations, as if there were none, or nothing at all."""
    callback_owner: Literal["scored_agent", "participant"] = "scored_agent"
    """[assumed which] How the conversation query shows, and finds, the owner of a callback."""
    callback_without_agent: Literal["freed", "kept"] = "freed"
    """[assumed] What a callback that is given a queue and no agent becomes: the queue's, or it
    stays with its owner."""
    most_analytics_predicates: int = 200
    """[assumed] How many predicates the conversation query takes; the documentation names none."""
    no_conversations: Literal["total", "empty"] = "total"
    """[assumed which] What the conversation query answers if there are none: a total of 0 without
    a list, or an empty object."""
    roles_are_counted: bool = True
    """[assumed] The listing of roles shows `userCount`, if asked to: users with grants of their
    own."""
    scim_in_realtime_audits: bool = True
    """[assumed] SCIM is among the "certain services" whose recent audits can be asked for."""
    user_groups_named: bool = True
    """[assumed] A user's groups come with their names; else with their ids only."""
    any_includes_deleted: bool = True
    """[assumed] GET /users?state=any lists deleted users too."""
    user_reads_need_permission: bool = False
    """GET /users needs no permission according to the SDK's pages; switch on to require
    `directory:user:view`, per division."""
    bullseye_listed: Literal["everywhere", "used", "never"] = "everywhere"
    """[assumed] The listing of queues shows `bullseye` for every queue, or only for those with
    rings, or for none."""
    inactive_members_listed: bool = True
    """[assumed] Listings and counts of a queue still show inactive members."""
    deleted_members_listed: bool = True
    """[assumed] The same for deleted members."""
    double_membership_listed: Literal["twice", "user", "group"] = "twice"
    """[assumed] How an unfiltered listing shows a member by user who is one by group too."""
    member_name_filter: Literal["contains", "ignored", 400] = "contains"
    """[assumed] The `name` of a members' listing narrows it as the SDK's page says, or does
    nothing, or is refused."""
    division_grants_list_all_divisions: bool = False
    """[assumed] Whether a division's grants include those made for all divisions (`*`)."""
    all_divisions_grants: Literal["listed", "nothing", 404] = "listed"
    """[assumed] What the grants of the division `*` are: those made for all divisions, none at
    all, or there is no such division."""
    role_holders_everywhere: Literal["listed", "nothing", "alone"] = "listed"
    """[assumed] Whether the holders of a role are listed with what they hold for all divisions
    (`*`), or never, or with `*` alone if they hold it for all."""
    role_holders_divisions: Literal["all", "first", "permitted"] = "all"
    """[assumed] The divisions of a holder of a role: all, only the first, or only those where the
    client holds `authorization:role:view`."""
    role_holders: Literal["own", "users", "members"] = "own"
    """[assumed] The holders of a role are users, groups and clients with their own grants; or users
    alone; or users count as holders of what their groups hold too."""
    subject_shows_group_grants: bool = True
    """[assumed] A subject's grants include those of their groups, with the group as subjectId."""
    divisions_permitted_me: Literal[200, 403, 404] = 200
    """[assumed] Whether `divisionspermitted/paged/me` answers an OAuth client."""
    permitted_everywhere: Literal["listed", "flagged"] = "listed"
    """[assumed] Whether it lists the divisions where a permission is held for all of them, or
    says so by `allDivsPermitted` alone."""
    own_policies: Literal["always", "with_full_roles", "never"] = "always"
    """[assumed] When `subjects/me` carries the policies of each role."""
    divisions_need_permission: bool = False
    """The SDK's pages say that listing divisions needs no permission; switch on to list only
    those where the client holds some permission."""
    limits_listed: Literal["listed", "elsewhere", 403, 404] = "listed"
    """[assumed] The organisation's own limit for the requests of each token stands in the namespace
    `platform.api`, that for queue requests in `routing`, or not there, or the limits cannot be
    read."""
    users_me_status: Literal[400, 404] = 400
    """[assumed which] GET /users/me with client credentials."""
    grants_for_inactive: Literal["accepted", "refused"] = "accepted"
    """[assumed] Role grants for a user who is inactive."""
    employee_id_fields: tuple[str, ...] = ("employerInfo.employeeId",)
    """[assumed] Field names by which the search knows the employee number."""
    search_ignores_case: bool = True
    """[assumed] EXACT compares ignoring case."""
    token_delete_without_login_status: Literal[204, 404] = 204
    """[assumed] DELETE /tokens/{userId} of someone who is not logged in."""
    dynamic_group_status: Literal[400, 409] = 400
    """[assumed which] Changing the members of a rule-based group by hand."""
    page_cap: int | None = None
    """[assumed] The server grants at most this many entities a page, whatever is asked for."""
    queue_limit_names_itself: bool = True
    """[assumed] The 429 of the queue routes' own limit carries a `limit` that names it."""
    wrong_secret_status: Literal[400, 401] = 400
    """[assumed which] Login with a wrong client id or secret."""
