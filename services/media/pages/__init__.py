"""The communications console: content, publications, campaigns, links and their QR codes, platform figures."""
