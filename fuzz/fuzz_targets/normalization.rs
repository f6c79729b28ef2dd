#![no_main]

fanjian_fuzz::fuzzer!(normalization);
