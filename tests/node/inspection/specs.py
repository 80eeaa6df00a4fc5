"""Offices with nothing but inspection work."""

from capabilities.inspection.office import office
from capabilities.inspection.superior import superior
from nodekit.spec import NodeSpec
from shared_schemas.offices import OfficeKind, Tier

COUNTY = NodeSpec("inspection_test_county", OfficeKind.INSPECTION, (Tier.COUNTY,), (office(),))
CITY = NodeSpec("inspection_test_city", OfficeKind.INSPECTION, (Tier.CITY, Tier.PROVINCE), (office(), superior()))
COUNTY_ID, OTHER_COUNTY_ID, CITY_ID, PROVINCE_ID = "990121-inspection", "990122-inspection", "990100-inspection", "990000-inspection"
