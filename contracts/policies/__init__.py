"""policies: IAM's evaluation logic, pure, so that what enforces a policy and what judges one share it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

from contracts.policies.evaluation import Decision, Question, decide, problems
from contracts.policies.reading import PolicyError, statements

__all__ = ["Decision", "PolicyError", "Question", "decide", "problems", "statements"]
