CREATE DATABASE declic_keys;
