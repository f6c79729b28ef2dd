#![no_main]

fanjian_fuzz::fuzzer!(c_interface);
