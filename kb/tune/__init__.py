"""Teach the encoder a field: pairs from the practices, a small adapter, and proof that it searches better.

subjects   what is asked about, and the texts that answer: the practices, and training/*.yaml
pairs      batches of (what is asked, what answers), the same for the same seed
train      the loop, resumable, on a processor or a card
trial      the adapter against what is in use, on judged questions
report     all of it as one page with plots
shelf      which adapters there are, and which is used
"""
