"""The signs of mathematics beyond ASCII, by their names in LaTeX.

All are known to LaTeX with amsmath alone, to KaTeX and to MathJax.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


def _table(pairs: str) -> dict[str, str]:
    both = pairs.split()
    return {sign: f"\\{name}" for sign, name in zip(both[::2], both[1::2], strict=True)}


GREEK = _table("""
    α alpha β beta γ gamma δ delta ϵ epsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu
    ν nu ξ xi π pi ρ rho σ sigma τ tau υ upsilon ϕ phi χ chi ψ psi ω omega
    Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Υ Upsilon Φ Phi Ψ Psi Ω Omega
""")

SYMBOLS = GREEK | _table("""
    ε varepsilon ϑ vartheta ϖ varpi ϱ varrho ς varsigma φ varphi
    ∂ partial ∇ nabla ∞ infty ℓ ell ℏ hbar ℜ Re ℑ Im ℵ aleph ∅ emptyset ∀ forall ∃ exists
    ∑ sum ∏ prod ∫ int √ surd ∘ circ ° circ · cdot ∙ bullet • bullet × times ÷ div ± pm ∓ mp
    ∗ ast ★ star ⋆ star † dagger ‡ ddagger ⊤ top ⊥ perp ∥ parallel ‖ Vert ∣ mid ∠ angle △ triangle
    ⊙ odot ⊗ otimes ⊕ oplus ⊖ ominus ∧ wedge ∨ vee ¬ lnot ∩ cap ∪ cup ∈ in ∉ notin ∋ ni
    ⊂ subset ⊆ subseteq ⊃ supset ⊇ supseteq ≤ le ≥ ge ≠ ne ≈ approx ≃ simeq ≅ cong ≡ equiv
    ∼ sim ∝ propto ≪ ll ≫ gg → to ← leftarrow ↔ leftrightarrow ⇒ Rightarrow ⇐ Leftarrow
    ⇔ Leftrightarrow ↦ mapsto ↑ uparrow ↓ downarrow ⟨ langle ⟩ rangle ⌊ lfloor ⌋ rfloor
    ⌈ lceil ⌉ rceil … dots ⋯ cdots ⋮ vdots ⋱ ddots ♯ sharp ♭ flat
""") | {
    "−": "{-}", "–": "{-}", "—": "{-}", "½": r"\tfrac{1}{2}",
    # Capitals that Greek shares with Latin; upright, as LaTeX's own Greek capitals are.
    **{greek: rf"\mathrm{{{latin}}}" for greek, latin in zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo")},
}  # fmt: skip

# Marks above or below a letter, by code.
ACCENTS = {
    chr(code): f"\\{name}"
    for code, name in {
        0x300: "grave", 0x301: "acute", 0x302: "hat", 0x303: "tilde", 0x304: "bar",
        0x305: "bar", 0x306: "breve", 0x307: "dot", 0x308: "ddot", 0x30A: "mathring",
        0x30C: "check", 0x332: "underline", 0x20D7: "vec", 0x20DB: "dddot",
    }.items()
}  # fmt: skip

# Letters of mathematics in a font of their own, by a word of their names in Unicode.
FONTS = {
    "SANS-SERIF": r"\mathsf", "MONOSPACE": r"\mathtt", "DOUBLE-STRUCK": r"\mathbf",
    "BOLD": r"\mathbf", "SCRIPT CAPITAL": r"\mathcal", "BLACK-LETTER CAPITAL": r"\mathcal",
    "FRAKTUR CAPITAL": r"\mathcal",
}  # fmt: skip

# What else the LaTeX that a label brings may use.
COMMANDS = {text for text in SYMBOLS.values() if text[1:].isalpha()} | words(r"""
    \prime \lbrack \rbrack \vert \Vert \lVert \rVert \lvert \rvert \backslash \ldots \left \right
    \quad \, \; \: \! \{ \} \| \_ \% \& \# \sin \cos \tan \exp \ln \log \max \min \det \dim \arg
    \lim \sup \inf \imath \jmath \wp \diamond
""")
WITH_ARGUMENT = {*ACCENTS.values()} | words(r"""
    \mathrm \mathbf \mathit \mathsf \mathtt \mathcal \boldsymbol \operatorname \sqrt \overline
    \underline \widehat \widetilde \overrightarrow
""")
WITH_TWO = words(r"\frac \tfrac \dfrac \binom")
