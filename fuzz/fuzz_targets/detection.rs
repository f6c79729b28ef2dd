#![no_main]

fanjian_fuzz::fuzzer!(detection);
