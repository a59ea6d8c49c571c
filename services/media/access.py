"""Who may call each route of the media service, and how often."""

from chassis.web.access import EVERYBODY, Access
from chassis.web.rates import Rate

COMMUNICATIONS = {"communications": Rate.USUAL}
READERS = COMMUNICATIONS | {"coordinator": Rate.USUAL, "auditor": Rate.USUAL}

ACCESS: Access = {
    "GET /": READERS,
    # visits
    "GET /r/{code}": {EVERYBODY: Rate.VISITS},
    # assets
    "GET /files/{asset_id}": {EVERYBODY: Rate.PUBLIC},
    "GET /api/assets": READERS,
    "POST /api/assets": COMMUNICATIONS,
    "POST /api/assets/{asset_id}/withdraw": COMMUNICATIONS,
    "GET /assets": READERS,
    "GET /assets/new": COMMUNICATIONS,
    "POST /assets/new": COMMUNICATIONS,
    "GET /assets/{asset_id}": READERS,
    "POST /assets/{asset_id}/withdraw": COMMUNICATIONS,
    # campaigns
    "GET /api/campaigns": READERS,
    "POST /api/campaigns": COMMUNICATIONS,
    "POST /api/campaigns/{campaign_id}/end": COMMUNICATIONS,
    "GET /campaigns": READERS,
    "GET /campaigns/new": COMMUNICATIONS,
    "POST /campaigns/new": COMMUNICATIONS,
    "GET /campaigns/{campaign_id}": READERS,
    "POST /campaigns/{campaign_id}/end": COMMUNICATIONS,
    # publications
    "GET /api/publications": READERS,
    "POST /api/publications": COMMUNICATIONS,
    "POST /api/publications/{publication_id}/withdraw": COMMUNICATIONS,
    "GET /publications": READERS,
    "GET /publications/new": COMMUNICATIONS,
    "POST /publications/new": COMMUNICATIONS,
    "GET /publications/{publication_id}": READERS,
    "POST /publications/{publication_id}/withdraw": COMMUNICATIONS,
    # links
    "GET /api/links": READERS,
    "POST /api/links": COMMUNICATIONS,
    "GET /api/links/{link_id}/qr.svg": READERS,
    "GET /api/links/{link_id}/qr.png": READERS,
    "GET /links": READERS,
    "GET /links/new": COMMUNICATIONS,
    "POST /links/new": COMMUNICATIONS,
    "GET /links/{link_id}": READERS,
    # platform figures
    "GET /api/platform-figures": READERS,
    "POST /api/platform-figures": COMMUNICATIONS,
    "GET /figures": READERS,
    "GET /publications/{publication_id}/figures/new": COMMUNICATIONS,
    "POST /publications/{publication_id}/figures/new": COMMUNICATIONS,
}
