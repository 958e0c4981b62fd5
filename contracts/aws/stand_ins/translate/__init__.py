"""
Amazon Translate, which moto lacks: real codes, limits and errors; a translation is a marked, longer copy of the text.

What a request can cause is answered as AWS answers it. What only AWS can cause (TooManyRequestsException,
InternalServerException, ServiceUnavailableException, ConcurrentModificationException) comes from a fault plan.
https://docs.aws.amazon.com/translate/latest/APIReference/API_Operations.html
"""

from contracts.aws.stand_ins.translate.service import Translate

__all__ = ["Translate"]
