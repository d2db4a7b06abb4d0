"""Finding: a question is looked for by several arms, their scores are fused, and every hit tells why."""
