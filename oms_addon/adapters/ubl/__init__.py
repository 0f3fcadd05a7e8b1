"""UBL and Peppol."""
