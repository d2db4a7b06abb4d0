"""What the forms share: answers as plain values, drafts that the browser keeps, what is wrong beside each field."""
