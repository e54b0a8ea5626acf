"""What each bit of a CPU feature set is called, word by word, in the order that the toolstack has since 7.0."""

from __future__ import annotations

from planner.facts.feature_sets import Words

_NAMES = """
0:fpu 1:vme 2:de 3:pse 4:tsc 5:msr 6:pae 7:mce 8:cx8 9:apic 11:sep 12:mtrr 13:pge 14:mca 15:cmov 16:pat 17:pse36
  19:clflush 21:ds 22:acpi 23:mmx 24:fxsr 25:sse 26:sse2 27:ss 28:htt 29:tm 31:pbe
0:sse3 1:pclmulqdq 2:dtes64 3:monitor 4:ds_cpl 5:vmx 6:smx 7:est 8:tm2 9:ssse3 11:sdbg 12:fma 13:cx16 14:xtpr
  15:pdcm 17:pcid 18:dca 19:sse4_1 20:sse4_2 21:x2apic 22:movbe 23:popcnt 24:tsc_deadline 25:aes 26:xsave
  27:osxsave 28:avx 29:f16c 30:rdrand 31:hypervisor
11:syscall 20:nx 22:mmxext 25:ffxsr 26:pdpe1gb 27:rdtscp 29:lm 30:3dnowext 31:3dnow
0:lahf_lm 1:cmp_legacy 2:svm 3:extapic 4:cr8_legacy 5:abm 6:sse4a 7:misalignsse 8:3dnowprefetch 9:osvw 10:ibs
  11:xop 12:skinit 13:wdt 15:lwp 16:fma4 19:nodeid_msr 21:tbm 22:topoext 26:dbext 29:monitorx
0:xsaveopt 1:xsavec 2:xgetbv1 3:xsaves
0:fsgsbase 1:tsc_adjust 2:sgx 3:bmi1 4:hle 5:avx2 6:fdp_excp_only 7:smep 8:bmi2 9:erms 10:invpcid 11:rtm 12:pqm
  13:no_fpu_sel 14:mpx 15:pqe 16:avx512f 17:avx512dq 18:rdseed 19:adx 20:smap 21:avx512ifma 23:clflushopt 24:clwb
  25:proc_trace 26:avx512pf 27:avx512er 28:avx512cd 29:sha 30:avx512bw 31:avx512vl
0:prefetchwt1 1:avx512vbmi 2:umip 3:pku 4:ospke 6:avx512_vbmi2 7:cet_ss 8:gfni 9:vaes 10:vpclmulqdq
  11:avx512_vnni 12:avx512_bitalg 14:avx512_vpopcntdq 16:la57 22:rdpid 25:cldemote 27:movdiri 28:movdir64b
  29:enqcmd 31:pks
7:hw_pstate 8:itsc 9:cpb 10:efro
0:clzero 2:rstr_fp_err_ptrs 9:wbnoinvd 12:ibpb 14:ibrs 15:amd_stibp 16:ibrs_always 17:stibp_always 18:ibrs_fast
  19:ibrs_same_mode 20:no_lmsl 24:amd_ssbd 25:virt_ssbd 26:ssb_no 28:psfd 29:btc_no 30:ibpb_ret
2:avx512_4vnniw 3:avx512_4fmaps 4:fsrm 8:avx512_vp2intersect 9:srbds_ctrl 10:md_clear 11:rtm_always_abort
  13:tsx_force_abort 14:serialize 15:hybrid 16:tsxldtrk 20:cet_ibt 22:amx_bf16 23:avx512_fp16 24:amx_tile
  25:amx_int8 26:ibrsb 27:stibp 28:l1d_flush 29:arch_caps 30:core_caps 31:ssbd
0:sha512 1:sm3 2:sm4 4:avx_vnni 5:avx512_bf16 7:cmpccxadd 10:fzrm 11:fsrs 12:fsrcs 19:wrmsrns 21:amx_fp16
  23:avx_ifma
0:no_nest_bp 1:fs_gs_ns 2:lfence_dispatch 5:verw_clear 6:nscb 8:auto_ibrs 10:amd_fsrs 11:amd_fsrc
  17:cpuid_user_dis 18:epsf 27:sbpb 28:ibpb_brtype 29:srso_no
0:intel_ppin
0:intel_psfd 1:ipred_ctrl 2:rrsba_ctrl 3:ddp_ctrl 4:bhi_ctrl 5:mcdt_no
-
4:avx_vnni_int8 5:avx_ne_convert 10:avx_vnni_int16 14:prefetchi 18:cet_sss
0:rdcl_no 1:eibrs 2:rsba 3:skip_l1dfl 4:intel_ssb_no 5:mds_no 6:if_pschange_mc_no 7:tsx_ctrl 8:taa_no
  13:sbdr_ssdp_no 14:fbsdp_no 15:psdp_no 17:fb_clear 19:rrsba 20:bhi_no 24:pbrsb_no 25:gds_ctrl 26:gds_no
  27:rfds_no 28:rfds_clear
0:pb_opt_ctrl 30:its_no
1:tsa_sq_no 2:tsa_l1_no
"""
"""One word of the set a line, `-` for a word without names; lines that are set in go on."""

_COPIES = 0x0183F3FF
"""Bits of the third word that AMD defines as copies of the first word's."""

_LEGACY_ORDER = (1, 0, 3, 2)
"""The word that stands at each position up to 6.5."""

_LEGACY_REGISTERS = ("base_ecx", "base_edx", "ext_ecx", "ext_edx")


def _table(text: str) -> dict[int, str]:
    pairs = (entry.split(":") for entry in text.split() if entry != "-")
    return {int(bit): name for bit, name in pairs}


_TABLES = tuple(_table(text) for text in _NAMES.replace("\n  ", " ").strip().split("\n"))


def _bits(word: int) -> list[int]:
    return [bit for bit in range(32) if word >> bit & 1]


def _names_in(number: int, word: int, called: str) -> list[str]:
    table = _TABLES[number] if number < len(_TABLES) else {}
    distinct = word & ~_COPIES if number == _LEGACY_ORDER[3] else word
    return [table.get(bit, f"{called}.bit{bit}") for bit in _bits(distinct)]


def feature_names(features: Words) -> tuple[str, ...]:
    """The names of the features in a set as it is written since 7.0."""
    return tuple(name for number, word in enumerate(features) for name in _names_in(number, word, f"word{number}"))


def legacy_feature_names(features: Words) -> tuple[str, ...]:
    """The names of the features in a set of four words as it is written up to 6.5."""
    places = zip(_LEGACY_ORDER, _LEGACY_REGISTERS, features, strict=False)
    return tuple(name for number, register, word in places for name in _names_in(number, word, register))
