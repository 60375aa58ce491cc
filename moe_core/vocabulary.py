"""Names of skills, for inferring them without an LLM: the names nearest to a question are its own.

Broad on purpose, from arithmetic to zoology: a name costs one embedding and is used only by the
questions that it is near to. None is longer than skills.LONGEST_SKILL. By field, so that it can be
measured which cosine tells of the same one (benchmarks/skill_names.py).
"""

SKILLS_BY_FIELD: dict[str, tuple[str, ...]] = {
    "mathematics and computing": (
        *(
            "arithmetic",
            "algebra",
            "linear algebra",
            "abstract algebra",
            "group theory",
            "calculus",
        ),
        *("diff equations", "geometry", "trigonometry", "topology", "number theory"),
        *("modular arithmetic", "combinatorics", "counting", "probability", "statistics"),
        *("hypothesis testing", "regression analysis", "logic", "set theory", "graph theory"),
        *("optimization", "numerical methods", "sequences", "unit conversion", "percentages"),
        *("algorithms", "data structures", "programming", "databases", "operating systems"),
        *("computer networks", "computer security", "cryptography", "machine learning"),
        *("computer hardware", "string manipulation", "sorting", "roman numerals", "calendar"),
    ),
    "physics, chemistry, engineering": (
        *(
            "mechanics",
            "kinematics",
            "electromagnetism",
            "electric circuits",
            "electronics",
            "optics",
        ),
        *("waves", "thermodynamics", "heat transfer", "fluid mechanics", "quantum mechanics"),
        *("nuclear physics", "particle physics", "relativity", "astronomy", "astrophysics"),
        *("statistical physics", "signal processing", "control systems", "materials science"),
        *("structures", "electric machines", "general chemistry", "organic chemistry"),
        *("inorganic chemistry", "physical chemistry", "analytical chemistry", "biochemistry"),
        *("stoichiometry", "chemical equilibrium", "acids and bases", "reaction kinetics"),
        *("spectroscopy", "electrochemistry", "stereochemistry", "chemical engineering"),
    ),
    "life and medicine": (
        *("cell biology", "molecular biology", "genetics", "evolution", "ecology", "botany"),
        *("zoology", "microbiology", "virology", "immunology", "neuroscience", "physiology"),
        *("anatomy", "embryology", "histology", "pathology", "pharmacology", "toxicology"),
        *("epidemiology", "public health", "nutrition", "internal medicine", "cardiology"),
        *("surgery", "pediatrics", "obstetrics", "psychiatry", "dermatology", "ophthalmology"),
        *("radiology", "oncology", "endocrinology", "anesthesia", "dentistry", "orthopedics"),
        *("otolaryngology", "forensic medicine", "gerontology", "human sexuality"),
    ),
    "mind and society": (
        *("cognitive psychology", "developmental psych", "social psychology", "personality"),
        *("psychometrics", "learning theory", "clinical psychology", "counseling"),
        *("sociology", "anthropology", "education", "linguistics", "communication", "geography"),
        *("politics", "world politics", "public policy", "gender studies", "demographics"),
    ),
    "law, business, economics": (
        *("constitutional law", "criminal law", "contract law", "tort law", "property law"),
        *("evidence law", "civil procedure", "international law", "legal reasoning", "tax law"),
        *("microeconomics", "macroeconomics", "econometrics", "monetary policy", "trade"),
        *("finance", "investment", "accounting", "auditing", "insurance", "marketing"),
        *("advertising", "management", "human resources", "operations", "business ethics"),
        *("corporate governance", "entrepreneurship", "supply and demand", "elasticity"),
    ),
    "history, philosophy, culture": (
        *("ancient history", "medieval history", "modern history", "american history"),
        *("european history", "asian history", "prehistory", "archaeology", "political theory"),
        *("ethics", "moral philosophy", "epistemology", "metaphysics", "formal logic", "fallacies"),
        *("religion", "theology", "literature", "poetry", "music", "art history", "architecture"),
        *("sports", "film", "journalism", "mythology"),
    ),
    "ways of thinking": (
        *("text comprehension", "common sense", "causal reasoning", "data interpretation"),
        *("spatial reasoning", "estimation", "vocabulary", "grammar", "translation"),
        *("environment", "geology", "meteorology", "agriculture", "nanotechnology"),
    ),
}
SKILL_NAMES: tuple[str, ...] = tuple(name for names in SKILLS_BY_FIELD.values() for name in names)
