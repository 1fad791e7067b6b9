"""The tables of banks and every statement on them, one file for each noun."""
