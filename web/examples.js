// The picker's examples: fixtures, in the order of a tour. build.mjs puts their files in; the native tests run them too.

export const EXAMPLES = [
  {
    name: "three_modes",
    title: "Three filepath modes",
    idea: "One Promise, three Destinations: a folder for each Work, one flat folder, one file.",
    open: "destinations.yaml",
  },
  {
    name: "strict_matching",
    title: "Strict matching",
    idea: "What selects nothing goes everywhere, but not where labels are strict.",
    open: "destinations.yaml",
  },
  {
    name: "several_matches",
    title: "Several Destinations match",
    idea: "Dependencies go to all of them, a request to one.",
    open: "arena.yaml",
  },
  {
    name: "directory_selectors",
    title: "Captured workflow output",
    idea: "A pipeline's directories, each scheduled by its own selector.",
    open: "website.yaml",
  },
  {
    name: "aggregated",
    title: "Aggregated files",
    idea: "Three Promises in one file, in the order of their placements.",
    open: "till.yaml",
  },
  {
    name: "collision",
    title: "A collision",
    idea: "In mode none two pipelines write the same file.",
    open: "destination.yaml",
  },
  {
    name: "documents",
    title: "From the documentation",
    idea: "The Destination, State Store and Promise that Kratix documents.",
    open: "promise.yaml",
  },
  {
    name: "broken",
    title: "A broken Promise",
    idea: "Mistakes people make, each with its place and what to do.",
    open: "promises/beacon.yaml",
  },
];
