"""What the app serves beside Streamlit: plain pages, a feed, a site map and an API, each at an address of its own."""
