"""Who may do what: settings, roles and the record of proposals; nothing here knows of Streamlit."""
