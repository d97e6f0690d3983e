# SPDX-License-Identifier: MIT OR Apache-2.0
"""Checks the Zephyr module without Zephyr: `kconfig.py ROOT`, with kconfiglib and PyYAML.

Zephyr's own symbols that ours refer to are declared here, so that each can be set.
"""

import os
import re
import sys
import tempfile

import kconfiglib
import yaml

ROOT = sys.argv[1]

ZEPHYR_SYMBOLS = (
    "64BIT ARCH_POSIX ARMV8_M_DSP ARMV8_M_MAINLINE CPU_CORTEX_M CPU_CORTEX_M0 CPU_CORTEX_M0PLUS "
    "CPU_CORTEX_M1 CPU_CORTEX_M3 CPU_CORTEX_M4 CPU_CORTEX_M7 CPU_CORTEX_M23 CPU_CORTEX_M33 "
    "CPU_HAS_FPU_DOUBLE_PRECISION ENTROPY_GENERATOR FLOAT_HARD FPU FP_HARDABI NET_SOCKETS NET_UDP "
    "RISCV RISCV_ISA_EXT_A RISCV_ISA_EXT_C RISCV_ISA_EXT_M TEST_RANDOM_GENERATOR"
).split()

HOST = os.uname().machine + "-unknown-linux-gnu"
TARGETS = {
    "CPU_CORTEX_M CPU_CORTEX_M0": "thumbv6m-none-eabi",
    "CPU_CORTEX_M CPU_CORTEX_M0PLUS": "thumbv6m-none-eabi",
    "CPU_CORTEX_M CPU_CORTEX_M3": "thumbv7m-none-eabi",
    "CPU_CORTEX_M CPU_CORTEX_M4": "thumbv7em-none-eabi",
    "CPU_CORTEX_M CPU_CORTEX_M4 FPU": "thumbv7em-none-eabi",
    "CPU_CORTEX_M CPU_CORTEX_M4 FPU FP_HARDABI": "thumbv7em-none-eabihf",
    "CPU_CORTEX_M CPU_CORTEX_M7": "thumbv7em-none-eabi",
    "CPU_CORTEX_M CPU_CORTEX_M7 FPU FP_HARDABI CPU_HAS_FPU_DOUBLE_PRECISION": "thumbv7em-none-eabihf",
    "CPU_CORTEX_M CPU_CORTEX_M23": "thumbv8m.base-none-eabi",
    "CPU_CORTEX_M CPU_CORTEX_M33 ARMV8_M_MAINLINE": "thumbv8m.main-none-eabi",
    "CPU_CORTEX_M CPU_CORTEX_M33 ARMV8_M_MAINLINE FPU FP_HARDABI": "thumbv8m.main-none-eabihf",
    "RISCV RISCV_ISA_EXT_M": "riscv32im-unknown-none-elf",
    "RISCV RISCV_ISA_EXT_M RISCV_ISA_EXT_C": "riscv32imc-unknown-none-elf",
    "RISCV RISCV_ISA_EXT_M RISCV_ISA_EXT_A RISCV_ISA_EXT_C": "riscv32imac-unknown-none-elf",
    "RISCV RISCV_ISA_EXT_M RISCV_ISA_EXT_A RISCV_ISA_EXT_C FPU FLOAT_HARD": "riscv32imafc-unknown-none-elf",
    # Rust has no target that passes doubles in registers on 32 bits, nor one for every CPU.
    "RISCV RISCV_ISA_EXT_M RISCV_ISA_EXT_A RISCV_ISA_EXT_C FPU FLOAT_HARD CPU_HAS_FPU_DOUBLE_PRECISION": "",
    "": "",
    "ARCH_POSIX": "i686-unknown-linux-gnu",
    "ARCH_POSIX 64BIT": HOST,
}


def load(path):
    """`path` as Zephyr would have it, with Zephyr's symbols declared."""
    with tempfile.TemporaryDirectory() as directory:
        main = os.path.join(directory, "Kconfig")
        declared = "".join(f'config {name}\n\tbool "{name}"\n' for name in ZEPHYR_SYMBOLS)
        sources = f'source "{path}"\n' if path else ""
        with open(main, "w") as file:
            file.write(f'{declared}source "{ROOT}/zephyr/Kconfig"\n{sources}')
        # What the sample includes is what we have here.
        with open(os.path.join(directory, "Kconfig.zephyr"), "w"):
            pass
        os.environ["srctree"] = directory
        kconfig = kconfiglib.Kconfig(main, warn_to_stderr=False)
    assert not kconfig.warnings, "\n".join(kconfig.warnings)
    return kconfig


def choose(names):
    kconfig = load(None)
    for name in names.split():
        kconfig.syms[name].set_value("y")
        assert kconfig.syms[name].str_value == "y", f"{name} cannot be set with {names}"
    return kconfig


def check_targets():
    for names, target in TARGETS.items():
        found = choose(f"MOTEDTLS {names}").syms["MOTEDTLS_RUST_TARGET"].str_value
        assert found == target, f"{names}: {found}, not {target}"


def check_features():
    """Every feature of the archive has a symbol, and the defaults choose none."""
    with open(f"{ROOT}/archive/Cargo.toml") as file:
        features = re.findall(r'^([a-z0-9-]+) = \["motedtls/', file.read(), re.MULTILINE)
    assert "client" in features and "psk" in features
    kconfig = choose("MOTEDTLS")
    for feature in features:
        symbol = kconfig.syms.get("MOTEDTLS_" + feature.upper().replace("-", "_"))
        assert symbol is not None and symbol.nodes, f"the feature {feature} has no symbol"
        assert symbol.str_value == "n", f"{feature} is chosen by default"


def check_settings():
    """Sizes follow from what is chosen, and what is out of range is not taken."""
    sockets = "MOTEDTLS NET_SOCKETS NET_UDP MOTEDTLS_CLIENT MOTEDTLS_PSK"
    syms = choose(sockets).syms
    assert syms["MOTEDTLS_SOCKETS"].str_value == "y"
    assert syms["MOTEDTLS_BUFFER_SIZE"].str_value == "1280"
    syms["MOTEDTLS_STACK_SIZE"].set_value("1024")
    assert int(syms["MOTEDTLS_STACK_SIZE"].str_value) > 1024
    syms = choose(f"{sockets} MOTEDTLS_MFL_512").syms
    assert syms["MOTEDTLS_BUFFER_SIZE"].str_value == "576"
    assert syms["MOTEDTLS_MAX_FRAGMENT_LENGTH"].str_value == "512"


def check_symbols():
    """What the sample, the glue and the documentation name is declared."""
    kconfig = load(f"{ROOT}/c-examples/zephyr/Kconfig")
    for top in ("c-examples/zephyr", "zephyr", "docs/zephyr.md"):
        top = os.path.join(ROOT, top)
        files = [top] if os.path.isfile(top) else [
            os.path.join(directory, name) for directory, _, names in os.walk(top) for name in names
        ]
        for path in files:
            with open(path) as file:
                named = re.findall(r"CONFIG_((?:MOTEDTLS|SAMPLE)[A-Z0-9_]*[A-Z0-9])", file.read())
            for name in named:
                symbol = kconfig.syms.get(name)
                assert symbol is not None and symbol.nodes, f"{path}: CONFIG_{name} is not declared"


def check_yaml():
    with open(f"{ROOT}/zephyr/module.yml") as file:
        module = yaml.safe_load(file)
    assert module["name"] == "motedtls"
    assert os.path.isfile(os.path.join(ROOT, module["build"]["cmake"], "CMakeLists.txt"))
    assert os.path.isfile(os.path.join(ROOT, module["build"]["kconfig"]))
    for sample in module["samples"]:
        with open(os.path.join(ROOT, sample, "sample.yaml")) as file:
            tests = yaml.safe_load(file)["tests"]
        for test in tests.values():
            for argument in test.get("extra_args", "").split():
                name, value = argument.split("=")
                assert name == "EXTRA_CONF_FILE"
                assert os.path.isfile(os.path.join(ROOT, sample, value)), f"there is no {value}"


for check in (check_targets, check_features, check_settings, check_symbols, check_yaml):
    check()
