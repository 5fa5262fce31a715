"""`python -m batch_offboard.simulator`: serve a practice organisation until Ctrl-C."""

from __future__ import annotations

from pathlib import Path

import click

from batch_offboard.simulator.errors import OrgFileError
from batch_offboard.simulator.faults import Faults, fault_mix
from batch_offboard.simulator.generate import Size, generate_org
from batch_offboard.simulator.limits import Limits
from batch_offboard.simulator.org import Org
from batch_offboard.simulator.org_file import load_org
from batch_offboard.simulator.server import Simulator, serve


@click.command()
@click.option("--org", "org_path", type=click.Path(path_type=Path), help="The organisation (JSON).")
@click.option("--generate", "size", default="", help="For example users=3000,queues=120,seed=7.")
@click.option("--port", default=0, help="0 for a free one.")
@click.option("--per-minute", type=float, help="Requests a minute per token.")
@click.option("--queue-routes-per-minute", type=float, help="For the whole organisation.")
@click.option("--latency-seconds", default=0.0)
@click.option("--fault-share", default=0.0, help="Share of requests that fail.")
@click.option("--seed", default=0, help="For tokens, ids and faults.")
def main(
    *,
    org_path: Path | None,
    size: str,
    port: int,
    per_minute: float | None,
    queue_routes_per_minute: float | None,
    latency_seconds: float,
    fault_share: float,
    seed: int,
) -> None:
    """Serve a practice organisation on 127.0.0.1 and print how to reach it."""
    serve(
        _org(org_path, size),
        port,
        ready=_announce,
        limits=Limits(per_minute=per_minute, queue_routes_per_minute=queue_routes_per_minute),
        faults=Faults(fault_mix(fault_share) if fault_share else (), seed),
        latency_seconds=latency_seconds,
        seed=seed,
    )


def _org(path: Path | None, size: str) -> Org:
    if path is None:
        return generate_org(**dict(_size_field(pair) for pair in size.split(",") if pair))
    try:
        return load_org(path)
    except OrgFileError as error:
        raise click.ClickException(str(error)) from error


def _size_field(pair: str) -> tuple[str, float]:
    """One part of --generate. Raises BadParameter for an unknown one."""
    name, _, value = pair.partition("=")
    if name not in Size.__dataclass_fields__:
        raise click.BadParameter(f"{name}: one of {', '.join(Size.__dataclass_fields__)}")
    try:
        return name, int(value) if value.isdigit() else float(value)
    except ValueError:
        raise click.BadParameter(f"{name}: {value!r} is not a number") from None


def _announce(sim: Simulator) -> None:
    click.echo(f"GENESYS_DOMAIN={sim.url}")
    click.echo(f"GENESYS_CLIENT_ID={sim.client_id}")
    click.echo(f"GENESYS_CLIENT_SECRET={sim.client_secret}")


if __name__ == "__main__":
    main()
