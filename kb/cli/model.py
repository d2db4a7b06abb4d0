"""`kb model`: what the encoder was taught, and which of it is used."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kb.cli.options import Json, Root, configured, print_json

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def about() -> None:
    """List, choose, blend and remove adapters: what the encoder was taught.

    \b
    Example: kb model list
    Example: kb model use praksis
    """


Name = Annotated[str, typer.Argument(metavar="NAME", help="As kb model list names it; none for the model as it is.")]


@app.command("list")
def list_(root: Root = None, as_json: Json = False) -> None:
    """Show what there is; the one in use has a star.

    \b
    Example: kb model list
    Example: kb model list --json
    """
    from dataclasses import asdict

    from kb.tune.shelf import kept

    found = list(kept(configured(root)))
    if as_json:
        print_json([{**asdict(item), "folder": str(item.folder or "")} for item in found])
        return
    for item in found:
        star = "*" if item.in_use else " "
        what = f"strength {item.strength:.2f}, {item.megabytes:.1f} MB" if item.folder else "the model as it is"
        sys.stdout.write(f"{star} {item.name:<20} {item.model}, {what}\n")


@app.command("use")
def use(name: Name, root: Root = None) -> None:
    """Use an adapter from now on. The index must be made anew for it.

    \b
    Example: kb model use praksis
    Example: kb model use none
    """
    from kb.tune.shelf import use as take

    take(configured(root), name)
    sys.stdout.write(f"{name} is used from now on. Run kb index.\n")


@app.command("remove")
def remove(name: Name, root: Root = None) -> None:
    """Delete an adapter that was tuned here.

    \b
    Example: kb model remove second
    """
    from kb.tune.shelf import remove as take_away

    take_away(configured(root), name)
    sys.stdout.write(f"{name} is gone.\n")


@app.command("blend")
def blend(
    names: Annotated[list[str], typer.Argument(metavar="NAME NAME …", help="Adapters that were tuned here.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="What the new one is called.")],
    rank: Annotated[int, typer.Option(min=1, max=64, metavar="R", help="Its size.")] = 22,
    strength: Annotated[float, typer.Option(min=0.05, max=1.0, metavar="S", help="How much of it is used.")] = 0.5,
    root: Root = None,
) -> None:
    """Make one adapter of several, the mean of what they learnt; or of one, to use more or less of it.

    \b
    Example: kb model blend first second --name both
    Example: kb model blend first --name weaker --strength 0.3
    """
    from kb.tune.blend import blend as mix
    from kb.tune.run import new_name

    config = configured(root)
    layout = mix(config, names, new_name(config, name), rank=rank, strength=strength)
    sys.stdout.write(f"The adapter is in {layout.folder}\n")
