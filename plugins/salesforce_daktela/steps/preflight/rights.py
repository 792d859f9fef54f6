"""Check, without writing, whether the integration user may write what the mappings need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from salesforce_daktela.daktela.client import User
from salesforce_daktela.daktela.wire.rights import Right, right_on
from salesforce_daktela.mapping.model import MappingSpec

ADVICE = "give the role of the token's user full rights on {model} in Daktela"


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsFound:
    """Sentences: ``errors`` stop a run, ``warnings`` say what could not be checked. For Salesforce, describe tells."""

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check_rights(user: User, mappings: Sequence[MappingSpec]) -> RightsFound:
    """Compare the rights of the user's role, from ``whoim``, with the models that the mappings write to."""
    errors, warnings = [], []
    for model in dict.fromkeys(str(mapping.entity) for mapping in mappings):
        advice = ADVICE.format(model=model)
        match right_on(user.masks, model):
            case Right.NONE:
                errors.append(f"Daktela user {user.name} has no right on {model}: {advice}")
            case Right.PARTIAL:
                mask = user.masks[model]
                warnings.append(
                    f"Daktela user {user.name} has only some rights on {model} ({mask} of 31): whether they suffice "
                    f"for writing shows only at the first write; {advice}"
                )
            case Right.UNTOLD:
                warnings.append(
                    f"Daktela does not tell the rights of user {user.name} on {model}: whether it may write shows only "
                    "at the first write"
                )
    return RightsFound(errors=tuple(errors), warnings=tuple(warnings))
