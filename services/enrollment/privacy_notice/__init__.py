"""The privacy notice, as everybody may read it (Ley 29733, article 18)."""
