"""The app's door: streamlit run app.py."""

from pathlib import Path

import streamlit as st

from kb.secret import guard_logs
from kb.web.guard import guard
from kb.web.login.gate import gate
from kb.web.login.rules import begin
from kb.web.plain.routes import routes
from kb.web.private import private
from kb.web.prompt import send_at_once
from kb.web.shell import on_script_error, shell

guard_logs()
send_at_once()
base = st.get_option("server.baseUrlPath") or ""
app = st.App(
    Path(__file__).resolve().parent / "kb" / "web" / "main.py",
    routes=routes(base),
    middleware=[private(), guard(base), gate(base), shell()],
    secrets=begin(),
    on_script_error=on_script_error,
)
