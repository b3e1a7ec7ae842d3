// The tweets of a list.

export const rows = (within = document) => [...within.querySelectorAll("#feed .tweet")];

/** The id is the end of the tweet's own address. */
export const idOf = (row) => row.querySelector("a.when").pathname.split("/").pop();
