"""All mutations by name. A new rule of the core adds its own to one of the parts, or a part of its own."""

from __future__ import annotations

from tests.delivery.teeth import keys_mutations, reading_mutations, receiving_mutations, sending_mutations

MUTATIONS = {mutation.name: mutation for part in (sending_mutations, receiving_mutations, reading_mutations, keys_mutations) for mutation in part.MUTATIONS}
