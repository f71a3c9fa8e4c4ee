from vaksam.cli import main

main()
