"""Answers that would keep algebra busy for ever, or fill the memory: as a model may state them."""

# Refused by their looks.
REFUSED = [
    "2E99999999",
    "1.5E+999999",
    "1e-99999999",
    "1E+0000099999",
    "9^{9^{9^9}}",
    "9^{99999999}",
    "9^99999999",
    "9^{-99999999}",
    "9^{(99999999)}",
    "9^ {9 ^ {9}}",
    "10^{10^{10}}",
    "10^{1,000,000}",
    "7**1000000",
    "7**7**7**7",
    "2^{2^{2^{2^{2^2}}}}",
    "3^{4^{5^6}}",
    r"\sqrt{2}^{10^9}",
    "2^" * 50 + "2",
    "99999999!",
    "(99999999)!",
    "((5)!)!",
    "5!!",
    r"\prod_{k=1}^{1000000} k",
    r"\sum_{k=1}^{100000000} \frac{1}{k}",
    "(" * 30 + "1" + ")" * 30,
    r"\frac{1}{1+" * 20 + "1" + "}" * 20,
]
# They look like others; a process has to be ended.
KILLED = [
    r"\binom{99999999}{49999999}",
    r"\Gamma(99999999)",
    "(x+y+z)^{100}",
    r"\sum_{k=1}^{9999} k!",
]


def _sets(last: str) -> str:
    inner = [rf"\{{{','.join(str((i + j) % 10) for j in range(8))}\}}" for i in range(18)]
    return rf"\{{{','.join(inner)},\{{{last}\}}\}}"


# Two answers each, of parts that could be compared with each other for seconds.
ENTANGLED = [
    ("±1±2±3±4±5±6±7±8", "±1±2±3±4±5±6±7±x"),
    ("±1" * 190, "±1" * 189 + "±x"),
    (_sets("1,2,3,4,5,6,7,8"), _sets("1,2,3,4,5,6,7,9")),
    (_sets("8,7,6,5,4,3,2,x"), _sets("8,7,6,5,4,3,2,y")),
    (", ".join(f"x={i}±y" for i in range(20)), ", ".join(f"x={i}±z" for i in range(20))),
    (r"\{1," * 60 + "2" + r"\}" * 60, r"\{1," * 60 + "3" + r"\}" * 60),
    (
        ",".join(rf"\{{{i}±x,{i}±y\}}" for i in range(20)),
        ",".join(rf"\{{{i}±x,{i}±z\}}" for i in range(20)),
    ),
]
