"""Order files: CSV, XLSX, XLS, ODS."""
