"""Why doses are thrown away."""

from enum import StrEnum


class Reason(StrEnum):
    DROPPED = "dropped"
    DAMAGED_VIAL = "damaged_vial"
    EXPIRED_AFTER_OPENING = "expired_after_opening"
    THAW_LIFE = "thaw_life"
    COLD_CHAIN_BREACH = "cold_chain_breach"
    REFUSED_AFTER_DRAWING = "refused_after_drawing"
    EXPIRED = "expired"
    OTHER = "other"
