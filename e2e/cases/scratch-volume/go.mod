module keeper

go 1.22
