//! The policy root and the class tree.

mod class_tree;
mod root;
