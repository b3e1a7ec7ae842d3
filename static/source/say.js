// Telling those who hear the page instead of seeing it.

export function say(words) {
  document.getElementById("live").textContent = words;
}
