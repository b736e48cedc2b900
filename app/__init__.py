"""Everything a person sees: pages, forms, charts, documents, and the routes beside them."""
