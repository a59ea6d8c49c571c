"""The audit trail: who read or changed what, when and why. Its entries name nobody and are only added."""
