"""Who reads: Streamlit's login, the gate before everything that is not meant for all, and the pages that lead in."""
