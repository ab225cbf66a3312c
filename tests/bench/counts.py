# SPDX-License-Identifier: GPL-2.0-only
"""What was counted in one run, for each I/O."""
from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from bench.symbols import DATA_GROUP, Function, Symbols

# How often a function was called says how often a thing happened.
EVENTS = {"segments": "__tcp_transmit_skb", "wakeups": "try_to_wake_up",
          "switches": "__switch_to_asm"}


@dataclass
class Cost:
    """A function's share of an I/O."""

    insns: float = 0.0
    calls: float = 0.0
    locked: float = 0.0


@dataclass
class Counts:
    """The whole machine between the two markers, divided by the number of I/Os."""

    functions: dict[Function, Cost] = field(default_factory=dict)
    user: float = 0.0
    rounds: float = 0.0

    @property
    def kernel(self) -> float:
        """Instructions of the kernel outside loops over data."""
        return sum(cost.insns for function, cost in self.functions.items()
                   if not function.moves_data)

    @property
    def moved(self) -> float:
        """Instructions in loops over data, and iterations of string instructions."""
        return self.rounds + sum(cost.insns for function, cost in self.functions.items()
                                 if function.moves_data)

    @property
    def own(self) -> float:
        """Instructions in the target's own modules."""
        return sum(cost.insns for function, cost in self.functions.items() if function.ours)

    @property
    def locked(self) -> float:
        """Instructions that lock the bus."""
        return sum(cost.locked for cost in self.functions.values())

    def event(self, name: str) -> float:
        """Return how often a thing of EVENTS happened."""
        return sum(cost.calls for function, cost in self.functions.items()
                   if function.name == EVENTS[name])

    def groups(self) -> dict[str, float]:
        """Return instructions by sort of work."""
        found: dict[str, float] = defaultdict(float)
        for function, cost in self.functions.items():
            found[function.group] += cost.insns
        found[DATA_GROUP] += self.rounds
        return dict(found)

    def top(self, number: int) -> list[tuple[Function, Cost]]:
        """Return the most expensive functions."""
        ranked = sorted(self.functions.items(), key=lambda item: -item[1].insns)
        return [item for item in ranked if not item[0].moves_data][:number]


def parse_counts(text: str, symbols: Symbols, ios: int) -> Counts:
    """Read the plugin's file: address, instructions, entries, locked, rounds."""
    counts = Counts()
    costs: dict[Function, Cost] = defaultdict(Cost)
    for line in text.splitlines():
        place, *numbers = line.split()
        insns, entries, locked, rounds = (int(number) / ios for number in numbers)
        address = int(place, 16)
        if not address:
            counts.user = insns + rounds
            continue
        function, begins = symbols.at(address)
        cost = costs[function]
        cost.insns += insns
        cost.locked += locked
        counts.rounds += rounds
        if begins:
            cost.calls += entries
    counts.functions = dict(costs)
    return counts
