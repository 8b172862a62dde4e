//! Every rule with an artifact that breaks it.
