"""The trainer of call-takers: rehearsed conversations, certificates, monthly practice. It knows no tip (decision 138)."""
