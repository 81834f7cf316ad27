"""Standing: how large a share each of several factors has, and where that ranks it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kuski.moments import Moments
from kuski.stats.ranks import rank_intervals, ranks
from kuski.stats.resample import Resamples, intervals

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Standing:
    """One factor's share, 0 to 1, and its rank, the largest share first."""

    share: float
    share_low: float | None
    share_high: float | None
    rank: int
    rank_low: int | None
    rank_high: int | None

    @property
    def figures(
        self,
    ) -> tuple[float, float | None, float | None, int, int | None, int | None]:
        """All of it in order: share, low, high, rank, low, high."""
        ends = (self.share_low, self.share_high)
        return (self.share, *ends, self.rank, self.rank_low, self.rank_high)


def standings(shares: Floats, drawn: Resamples, *, held: int) -> tuple[Standing, ...]:
    """Give each factor its share and its rank with intervals.

    Parameters
    ----------
    shares : ndarray, shape (R, F)
        Finite on the first row.
    drawn : Resamples
    held : int
        Replicates that hold rows of them.
    """
    ends = intervals(shares, drawn, held=np.full(shares.shape[1], held))
    places = rank_intervals(shares, drawn, held=held)
    return tuple(
        Standing(
            float(share),
            None if end is None else end.low,
            None if end is None else end.high,
            int(rank),
            None if place is None else place.low,
            None if place is None else place.high,
        )
        for share, end, rank, place in zip(shares[0], ends, ranks(shares[0]), places, strict=True)
    )


def held_replicates(moments: Moments) -> int:
    """Count the replicates that hold rows."""
    return int((moments.rows.sum(axis=0) > 0).sum())
