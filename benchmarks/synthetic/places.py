"""Places that do not exist, in countries that do: no real municipality is said to have done anything."""

from __future__ import annotations

from collections.abc import Mapping

from kb.vocabulary import Vocabulary

PER_LANGUAGE: Mapping[str, Mapping[str, int]] = {
    "nb": {"no": 300},
    "nn": {"no": 300},
    "da": {"dk": 98},
    "sv": {"se": 290, "fi": 16},
    "en": {"gb": 60, "is": 20, "nl": 40},
}
"""Language to countries, and how many municipalities each has: about as many as in the Nordic countries."""

_SPREAD = 0.9
"""Degrees around the middle of the country within which its municipalities lie."""


def place_key(country: str, number: int) -> str:
    return f"{country}/synthetic-{number:03d}"


def places_yaml(vocabulary: Vocabulary) -> str:
    """The text of places.yaml: the countries as they are, and their synthetic municipalities."""
    lines = ["# Synthetic: none of these municipalities exists.", ""]
    counts = {country: count for countries in PER_LANGUAGE.values() for country, count in countries.items()}
    for country in dict.fromkeys([*counts, *(key for key in vocabulary.places if "/" not in key)]):
        own = vocabulary.places[country]
        lines += [f"{country}:", f"  name: {own.name}", "  kind: country"]
        inside = [place for key, place in vocabulary.places.items() if key.startswith(f"{country}/") and place.lat]
        for number in range(counts.get(country, 0)):
            lines += [f"{place_key(country, number)}:", f'  name: "Syntetby {number} (synthetic)"']
            lines += ["  kind: municipality", f"  parent: {country}"]
            if inside:
                # Beside a real one, so that maps have the shape of the country.
                near = inside[number % len(inside)]
                lat, lon = near.lat or 0.0, near.lon or 0.0
                shift = _SPREAD * ((number * 37) % 100 / 100 - 0.5)
                lines += [f"  lat: {lat + shift / 2:.3f}", f"  lon: {lon - shift:.3f}"]
    return "\n".join(lines) + "\n"
