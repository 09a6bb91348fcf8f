"""Firebase: what an environment has on Google's side (section 3), one component a file; `firebase.py` wires them."""
