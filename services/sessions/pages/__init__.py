"""The facilitator's and the coordinator's pages."""
