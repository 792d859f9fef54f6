"""Objects that Salesforce does not let anybody read without a certain filter. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

RESTRICTED: Mapping[str, tuple[str, ...]] = {
    "Announcement": ("Id", "ParentId"),
    "AppTabMember": ("AppDefinitionId", "TabDefinitionId"),
    "CollaborationGroupRecord": ("Id", "CollaborationGroupId", "RecordId"),
    "ColorDefinition": ("TabDefinitionId", "DurableId"),
    "ContentDocumentLink": ("Id", "ContentDocumentId", "LinkedEntityId"),
    "ContentFolderItem": ("Id", "ParentContentFolderId"),
    "ContentFolderMember": ("Id", "ParentContentFolderId", "ChildRecordId"),
    "ContentHubItem": ("Id", "ExternalId", "ContentHubRepositoryId"),
    "EntityParticle": ("DurableId", "EntityDefinitionId"),
    "FieldDefinition": ("DurableId", "EntityDefinitionId"),
    "FlexQueueItem": ("JobType",),
    "FlowVariableView": ("FlowVersionViewId",),
    "FlowVersionView": ("FlowDefinitionViewId",),
    "IconDefinition": ("TabDefinitionId", "DurableId"),
    "IdeaComment": ("Id", "CommunityId", "IdeaId"),
    "OwnerChangeOptionInfo": ("DurableId", "EntityDefinitionId"),
    "PicklistValueInfo": ("DurableId", "EntityParticleId"),
    "RelationshipDomain": ("DurableId", "ChildSobjectId", "ParentSobjectId"),
    "RelationshipInfo": ("DurableId", "ChildSobjectId"),
    "SearchLayout": ("DurableId", "EntityDefinitionId"),
    "SiteDetail": ("DurableId",),
    "UserEntityAccess": ("DurableId", "EntityDefinitionId"),
    "UserFieldAccess": ("DurableId", "EntityDefinitionId"),
    "Vote": ("Id", "ParentId"),
}
"""For each object, the fields of which `where` has to name at least one. The list is a hint: the org itself decides.

Sources: SOQL and SOSL Reference, "SOQL Limits on Objects"; Object Reference; the objects that tap-salesforce and
Airbyte leave out.
"""


def missing_filter(sobject: str, where: str | None) -> str:
    """Return why an object cannot be read with this `where`, empty when no reason is known."""
    fields = {name.lower(): demanded for name, demanded in RESTRICTED.items()}.get(sobject.lower())
    if fields is None or any(re.search(rf"\b{field}\b", where or "", re.IGNORECASE) for field in fields):
        return ""
    named = " or ".join(fields)
    return (
        f"Salesforce gives no {sobject} without a filter on {named}: "
        "write such a `where`, for example with a sub-query, or map another object"
    )
