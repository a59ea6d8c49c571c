"""Labels of this idea's own enumeration."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.media.campaigns.domain import CampaignStatus

CAMPAIGN_STATUSES: Labels = {
    CampaignStatus.PLANNED: N_("Planned"),
    CampaignStatus.RUNNING: N_("Running"),
    CampaignStatus.ENDED: N_("Ended"),
}
