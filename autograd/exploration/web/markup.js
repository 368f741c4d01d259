// Elements made of texts: whatever a text holds, it is no markup.

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} content
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

/** Find what the page's own markup has. */
export function byRole(/** @type {string} */ role) {
  return /** @type {HTMLElement} */ (document.querySelector(`[data-role="${role}"]`));
}

export function buttonOf(/** @type {string} */ action) {
  return /** @type {HTMLButtonElement} */ (document.querySelector(`[data-action="${action}"]`));
}
