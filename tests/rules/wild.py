"""Pools with joins as wild as the model lets them be."""

from __future__ import annotations

from hypothesis import strategies as st


def texts(values: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


HOSTS = st.fixed_dictionaries(
    {"name": texts(["old", "new", "other"])},
    optional={
        "uuid": texts(["u1", "u2"]),
        "updates": st.lists(texts(["SP1", "HF2", "u1"]), max_size=3),
        "update_hash": texts(["a", "b"]),
        "clock_offset": st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False)),
        "hvm": st.booleans(),
        "hostname": texts(["h1", "h2"]),
        "address": texts(["10.0.0.1", "10.0.0.2"]),
        "iscsi_iqn": texts(["i1", "i2"]),
        "api_version": texts(["2.1", "2.2"]),
        "pending_guidances": st.lists(texts(["reboot_host", "restart_toolstack"]), max_size=2),
        "external_auth": st.fixed_dictionaries({"type": texts(["", "AD"]), "service_name": texts(["a", "A", "b"])}),
        "licence": st.fixed_dictionaries({}, optional={"edition": texts(["free", "paid"])}),
        "operations": st.lists(texts(["evacuate"]), max_size=1),
        "cpu": st.fixed_dictionaries(
            {},
            optional={
                "vendor": texts(["GenuineIntel", "AuthenticAMD"]),
                "family": st.integers(0, 20),
                "model": st.integers(0, 70),
                "maskable": texts(["no", "base", "full"]),
                "features": texts(["", "1-2-3-4", "3-2-3-4", "1-2", "ffffffff-2-3-4"]),
                "physical_features": texts(["", "1-2-3-4", "f-f-f-f"]),
                "features_hvm": texts(["", "1", "3-1"]),
                "features_pv_host": texts(["", "1", "3-1"]),
            },
        ),
        "software": st.fixed_dictionaries(
            {},
            optional={
                "product_version": texts(["6.2.0", "7.0", "7.2.0", "8.2.1", "8.3.0", "x", "1" * 5000]),
                "product_brand": texts(["XenServer", "XCP-ng"]),
                "platform_version": texts(["1", "2"]),
                "xapi": texts(["24.19", "26.1", "1.249", "?"]),
                "linux_pack": st.booleans(),
                "network_backend": texts(["openvswitch", "bridge"]),
                "db_schema": texts(["5.1", "5.2"]),
                "packs": st.dictionaries(texts(["a", "b"]), texts(["A", "A, homogeneous"])),
            },
        ),
        "interfaces": st.lists(
            st.fixed_dictionaries(
                {"device": texts(["eth0", "bond0"])},
                optional={
                    "management": st.booleans(),
                    "bond": st.just({"members": ["eth0", "eth9"], "primary": "eth0"}),
                    "vlan": st.just({"tag": 20, "on": "eth0"}),
                    "network": texts(["net", "nowhere"]),
                    "uuid": texts(["u1", "u2"]),
                    "tunnel": st.just({"on": "eth0"}),
                    "sriov": st.just({"on": "eth0"}),
                    "mode": texts(["none", "dhcp", "static"]),
                    "address": texts(["10.0.0.1/24", "10.0.0.2"]),
                    "primary_address_type": texts(["IPv4", "IPv6"]),
                },
            ),
            max_size=3,
        ),
    },
)
CERTIFICATES = st.fixed_dictionaries(
    {},
    optional={
        "name": texts(["", "ca"]),
        "type": texts(["ca", "pinned", "host"]),
        "fingerprint_sha256": texts(["01", "02"]),
        "purpose": st.lists(texts(["a", "b"]), max_size=2),
    },
)
CLUSTER = st.fixed_dictionaries(
    {},
    optional={
        "pool_auto_join": st.booleans(),
        "members": st.lists(
            st.fixed_dictionaries(
                {"host": texts(["old", "new", "gone"])},
                optional={"enabled": st.booleans(), "interface": texts(["eth0", "eth0.20", "bond0", "gone"])},
            ),
            max_size=2,
        ),
    },
)
GUESTS = st.fixed_dictionaries(
    {"name": texts(["x", "y"])},
    optional={
        "power_state": texts(["halted", "running", "paused", "suspended"]),
        "runs_on": texts(["old", "new", "gone"]),
        "operations": st.lists(texts(["export"]), max_size=1),
        "driver_domain": st.booleans(),
        "drives": st.lists(st.just({"device": "0", "disk": "d"}), max_size=2),
        "groups": st.lists(texts(["g"]), max_size=1),
        "uuid": texts(["v1", "v2"]),
        "mac_seed": texts(["s1"]),
    },
)
POOLS = st.fixed_dictionaries(
    {"name": texts(["lab", "single", "third"])},
    optional={
        "uuid": texts(["p1", "p2"]),
        "coordinator": texts(["old", "new", "gone"]),
        "hosts": st.lists(HOSTS, max_size=3),
        "vms": st.lists(GUESTS, max_size=3),
        "templates": st.lists(GUESTS, max_size=1),
        "networks": st.lists(
            st.fixed_dictionaries(
                {"name": texts(["net"])},
                optional={
                    "bridge": texts(["xenbr0", "xenbr1"]),
                    "purpose": st.lists(texts(["nbd", "insecure_nbd"]), max_size=2),
                },
            ),
            max_size=2,
        ),
        "certificates": st.lists(CERTIFICATES, max_size=3),
        "cluster": CLUSTER,
        "drivers": st.lists(
            st.fixed_dictionaries(
                {"type": texts(["nfs", "gfs2"])},
                optional={"features": st.dictionaries(texts(["A", "B"]), st.integers(0, 2))},
            ),
            max_size=3,
        ),
        "sdn_controllers": st.lists(
            st.fixed_dictionaries(
                {}, optional={"protocol": st.just("ssl"), "address": texts(["a", "b"]), "port": st.just(6632)}
            ),
            max_size=2,
        ),
        "vswitch_controller": texts(["", "a", "b"]),
        "tls_verification": st.booleans(),
        "operations": st.lists(texts(["apply_updates"]), max_size=1),
        "repositories": st.lists(
            st.fixed_dictionaries(
                {"name": texts(["r"])},
                optional={"shared": st.booleans(), "tools": st.booleans(), "type": texts(["gfs2", "nfs"])},
            ),
            max_size=2,
        ),
        "disks": st.lists(st.just({"name": "d", "repository": "r"}), max_size=2),
        "updates": st.lists(
            st.fixed_dictionaries(
                {"name": texts(["SP1", "HF2"])}, optional={"uuid": texts(["u1"]), "enforce_homogeneity": st.booleans()}
            ),
            max_size=2,
        ),
        "joins": st.lists(
            st.fixed_dictionaries(
                {"host": texts(["old", "new", "other", "u1", "gone"])},
                optional={"force": st.booleans(), "pool": texts(["single", "p1", "gone"])},
            ),
            max_size=3,
        ),
        "cpu_mask": texts(["fffffffe ffffffffffffffff-ffffffff", "fffffffe-ffffffff-ffffffff-ffffffff"]),
        "cpu": st.just({"features_hvm": "3"}),
        "ha": st.fixed_dictionaries({}, optional={"enabled": st.booleans()}),
        "restrictions": st.just({"restrict_pool_size": "true", "restrict_pooling": "true"}),
    },
)
